import { join } from 'node:path';
import { Application } from 'typedoc';
import { Documents } from './documents.js';
import { publicPackages } from './entry-points.js';
import { nameModules } from './modules.js';
import { pagesOf } from './pages.js';
import { routerOf } from './router.js';
import { settings } from './settings.js';

export interface Built {
  readonly pages: number;
}

/** Builds the site. Rejects when TypeDoc finds something wrong, which it prints. */
export async function buildSite(root: string, out: string): Promise<void> {
  const packages = publicPackages(root);
  const app = await Application.bootstrap(settings(root, packages), []);
  nameModules(app, packages);
  const documents = new Documents(app, root, pagesOf(root), packages);
  app.renderer.defineRouter('site', routerOf(documents));
  const project = await app.convert();
  if (project === undefined) throw new Error('the API could not be read');
  app.validate(project);
  await app.generateDocs(project, out);
  console.log(app.logger.errorCount, app.logger.warningCount, app.logger.validationWarningCount);
}
await buildSite(join(import.meta.dirname, '../../..'), join(import.meta.dirname, '../../../docs/site'));
