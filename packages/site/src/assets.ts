import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Application, JSX, PageEvent, RendererEvent } from 'typedoc';

/** Sections of the navigation that are open for who comes for the first time. TypeDoc keeps what readers open and close under these keys. */
const openSections = `try { localStorage['tsd-accordion-Guides'] ??= 'true' } catch {}`;

/** Adds what pages load besides TypeDoc's own files. All of it is copied: the site needs no network. */
export function addAssets(app: Application): void {
  app.renderer.hooks.on('head.end', () => JSX.createElement('script', null, JSX.createElement(JSX.Raw, { html: openSections })));
  // A link to a folder opens on a server alone; the site can be read without one.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents &&= page.contents.replace(/(<a href="(?:\.\/|(?:\.\.\/)+))(?=[#"])/g, '$1index.html');
  });
  const mermaid = createRequire(import.meta.url).resolve('@mermaid-js/tiny');
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) =>
    copyFileSync(mermaid, join(outputDirectory, 'assets', 'mermaid.js')),
  );
}
