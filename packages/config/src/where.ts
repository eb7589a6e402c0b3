/** Where the module lies that declares pipelines of files. In dist/main, `where-in-bundle.ts` stands for this. */
export const where = { pipelineModule: new URL('./flow/pipeline-module.js', import.meta.url) } as const;
