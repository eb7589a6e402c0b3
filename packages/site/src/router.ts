import {
  type Application,
  KindRouter,
  type PageDefinition,
  type ProjectReflection,
  type Reflection,
  type RouterTarget,
} from 'typedoc';
import type { Documents } from './documents.js';

/**
 * Where pages lie: documents as in `docs`, `guides/tuning.html`; the reference by what one imports, `api/core/testing/classes/FakeSource.html`.
 */
export function routerOf(documents: Documents): new (app: Application) => KindRouter {
  return class SiteRouter extends KindRouter {
    override buildPages(project: ProjectReflection): PageDefinition<RouterTarget>[] {
      const pages = super.buildPages(project);
      for (const source of documents.sources) this.buildChildPages(source, pages);
      return pages;
    }

    override getIdealBaseName(reflection: Reflection): string {
      const url = documents.urlOf(reflection);
      if (url !== undefined) return url;
      const module = moduleOf(reflection);
      const folder = `api/${module.name.replace(/^@[^/]+\//, '')}`;
      return module === reflection ? `${folder}/index` : `${folder}/${this.#inModule(reflection, module)}`;
    }

    #inModule(reflection: Reflection, module: Reflection): string {
      const names: string[] = [];
      for (let at = reflection; at !== module; at = at.parent!) names.unshift(this.getUrlSafeName(at.name));
      return `${this.directories.get(reflection.kind)}/${names.join('.')}`;
    }
  };
}

function moduleOf(reflection: Reflection): Reflection {
  let at = reflection;
  while (at.parent !== undefined && !at.parent.isProject()) at = at.parent;
  return at;
}
