/** What a new project is made of: an option of `init` each, and a question where it is not given. The first value is the default. */
export const choices = {
  from: { question: 'Format of the orders that are read', values: ['csv', 'ndjson', 'json'] },
  to: { question: 'Format of the orders that are written', values: ['ndjson', 'json', 'csv'] },
  language: { question: 'Language of the tasks: TypeScript or JavaScript', values: ['ts', 'js'] },
} as const;

export type Choice = keyof typeof choices;

export type Choices = { readonly [K in Choice]: (typeof choices)[K]['values'][number] };

export const choiceNames = Object.keys(choices) as readonly Choice[];

/** With the default for what is not given. */
export function withDefaults(given: Partial<Choices>): Choices {
  const defaults = choiceNames.map((name) => [name, choices[name].values[0]]);
  return { ...(Object.fromEntries(defaults) as Choices), ...given };
}
