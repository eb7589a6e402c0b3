import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.fixture.js';
import { SiteServer } from './site-server.fixture.js';

/** A page of the site in a tab. `faults` are messages of its console, uncaught errors and what it could not load, or wanted from elsewhere. */
export interface Tab {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** Somebody who reads the built site in a browser, without a network. */
export class Reader {
  readonly #server: SiteServer;
  readonly #browser: Browser;

  private constructor(server: SiteServer, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  /** @throws when there is no site in the folder */
  static async start(folder: string): Promise<Reader> {
    if (!existsSync(join(folder, 'index.html'))) throw new Error(`there is no site in ${folder}: npm run docs`);
    // The browser is first: it may not start, and a server that listens would keep this program alive.
    const browser = await launchChromium();
    return new Reader(await SiteServer.start(folder), browser);
  }

  async open(path: string, options: BrowserContextOptions = {}): Promise<Tab> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const faults: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(this.#server.url) && !request.url().startsWith('data:'))
        faults.push(`${page.url()} wants ${request.url()}`);
    });
    const tab = { page, faults };
    await this.go(tab, path);
    return tab;
  }

  /** Opens another page in a tab, and waits until its navigation is drawn. */
  async go({ page }: Tab, path: string): Promise<void> {
    await page.goto(`${this.#server.url}/${path}`, { waitUntil: 'domcontentloaded' });
    await page.locator('#tsd-nav-container a').first().waitFor({ state: 'attached' });
  }

  async close({ page }: Tab): Promise<void> {
    await page.context().close();
  }

  async end(): Promise<void> {
    try {
      await this.#browser.close();
    } finally {
      await this.#server.stop();
    }
  }
}
