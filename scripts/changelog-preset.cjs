// How `lerna version` reads commits and writes changelogs: the titles of keepachangelog.com, and no links, as there is no address that
// they could lead to. Lerna loads presets by `require`, hence CommonJS.

/** Titles of the commits that a reader of the changelog is told of, in their order. Others are left out. */
const titles = { feat: 'Added', perf: 'Changed', fix: 'Fixed', revert: 'Reverted' };
const order = ['Breaking', ...Object.values(titles)];
const byOrder = (a, b) => order.indexOf(a.title) - order.indexOf(b.title);

const parserOpts = {
  headerPattern: /^(\w+)(?:\(([^)]+)\))?(!)?: (.+)$/,
  headerCorrespondence: ['type', 'scope', 'breaking', 'subject'],
  // `feat!: …` is as good as a footer.
  breakingHeaderPattern: /^(\w+)(?:\(([^)]+)\))?!: (.+)$/,
  noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE'],
};

const writerOpts = {
  transform: (commit) => {
    const title = titles[commit.type];
    const notes = commit.notes.map((note) => ({ ...note, title: 'Breaking' }));
    // What only breaks something stands among the notes.
    const saidAlready = notes.some(({ text }) => text === commit.subject);
    return title === undefined || saidAlready
      ? notes.length > 0 && { ...commit, type: undefined, notes }
      : { ...commit, type: title, notes };
  },
  groupBy: 'type',
  commitGroupsSort: byOrder,
  noteGroupsSort: byOrder,
  commitsSort: ['scope', 'subject'],
  // Lerna takes a version without a line that begins with `*` for one in which nothing has changed.
  mainTemplate: `## {{version}}{{#if date}} - {{date}}{{/if}}
{{#each noteGroups}}

### {{title}}

{{#each notes}}
* {{#if commit.scope}}**{{commit.scope}}:** {{/if}}{{text}}
{{/each}}
{{/each}}
{{#each commitGroups}}
{{#if title}}

### {{title}}

{{#each commits}}
* {{#if scope}}**{{scope}}:** {{/if}}{{subject}}
{{/each}}
{{/if}}
{{/each}}
`,
};

/** As semver has it: 0 for a major version, 1 for a minor, 2 for a patch. Before 1.0.0 lerna takes the next lower one for a major version. */
function whatBump(commits) {
  const isBreaking = commits.some(({ notes }) => notes.length > 0);
  const level = isBreaking ? 0 : commits.some(({ type }) => type === 'feat') ? 1 : 2;
  return { level, reason: `${commits.length} commits` };
}

module.exports = {
  conventionalChangelog: { parserOpts, writerOpts },
  recommendedBumpOpts: { parserOpts, whatBump },
};
