import { Application, TSConfigReader } from 'typedoc';
import { addAssets } from './assets.js';
import { Documents } from './documents.js';
import { publicPackages } from './entry-points.js';
import { nameModules } from './modules.js';
import { describeOptions } from './option-docs.js';
import { pagesOf } from './pages.js';
import { routerOf } from './router.js';
import { settings } from './settings.js';
import { validate } from './validation.js';

/**
 * Builds the site of the repository at `root` into the folder `out`, which is emptied. What is wrong with comments and links is printed, and
 * counted in what it gives; the site is there all the same.
 *
 * @throws when the sources cannot be read at all
 */
export async function buildSite(root: string, out: string): Promise<number> {
  const packages = publicPackages(root);
  const app = await Application.bootstrap(settings(root, packages), [new TSConfigReader()]);
  nameModules(app, packages);
  describeOptions(app);
  addAssets(app);
  const documents = new Documents(app, root, pagesOf(root), packages);
  app.renderer.defineRouter('site', routerOf(documents));
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the sources: see above');
  validate(app, project, packages);
  await app.generateDocs(project, out);
  return app.logger.errorCount + app.logger.warningCount;
}
