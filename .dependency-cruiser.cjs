// The layers of docs/architecture.md, as rules. Each folder may import the folders named for it, and itself.
const inside = (name, folder, allowed) => ({
  name: `${folder.replace('packages/', '').replace('/src/', ': ')} knows only what lies below it`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: '\\.(test|contract|fixture|soak)\\.ts$' },
  to: { path: `^packages/${name}/src/`, pathNot: [`^${folder}/`, ...allowed.map((path) => `^packages/${name}/src/${path}`)] },
});
const core = (folder, ...allowed) =>
  inside('core', `packages/core/src/${folder}`, [...allowed, '(errors|rxjs|timers|where|is-(observable|instance))\\.ts$']);
/** What every folder within core's `run` may know: the ports between stages and what runs them, and what waits, copies and traces. */
const runPorts = 'run/(stage|executor|emission|stage-at-work|lineage|tag|clone|release|fill-timer|quiet-controller)\\.ts$';
const run = (folder, ...others) =>
  core(`run/${folder}`, ...others.map((other) => `run/${other}/`), runPorts, 'lane/', 'plan/', 'declare/', 'queue/');
/** What every folder within core's `declare` may know: the words of which declarations are made. */
const words = 'declare/[^/]+\\.ts$';
const declare = (folder, ...others) => core(`declare/${folder}`, ...others.map((other) => `declare/${other}/`), words, 'queue/');
const workers = (folder, ...allowed) => inside('workers', `packages/workers/src/${folder}`, [...allowed, '(errors|where)\\.ts$']);
const onlyPackages = (name, allowed) => ({
  name: `${name} depends on ${allowed.join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: '^packages/', pathNot: [`^packages/${name}/`, ...allowed.map((other) => `^packages/${other}/`)] },
});

module.exports = {
  forbidden: [
    { name: 'no import cycles, types included', severity: 'error', from: {}, to: { circular: true } },
    { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^#' } },
    onlyPackages('workers', []),
    onlyPackages('core', ['workers']),
    onlyPackages('connectors', ['core']),
    onlyPackages('config', ['connectors', 'core', 'workers']),
    onlyPackages('cli', ['config', 'connectors', 'core', 'workers']),
    onlyPackages('examples', ['core', 'connectors', 'config', 'cli', 'workers']),
    onlyPackages('bench', ['connectors', 'core', 'workers']),
    onlyPackages('pages', []),
    onlyPackages('site', ['core']),
    core('queue'),
    core('declare', 'queue/'),
    declare('options'),
    declare('steps', 'options'),
    declare('graph', 'steps'),
    declare('flow', 'graph', 'steps', 'options'),
    declare('pipeline', 'flow'),
    {
      name: 'core: the words of declare know only options',
      severity: 'error',
      from: { path: `^packages/core/src/${words}`, pathNot: '\\.test\\.ts$' },
      to: {
        path: '^packages/core/src/declare/',
        pathNot: [`^packages/core/src/${words}`, '^packages/core/src/declare/options/'],
      },
    },
    core('plan', 'declare/'),
    core('lane', 'declare/', 'queue/'),
    core('run', 'lane/', 'plan/', 'declare/', 'queue/'),
    run('measure'),
    run('attempts', 'measure'),
    run('executors', 'attempts', 'measure'),
    run('tasks', 'attempts', 'measure'),
    run('stages', 'executors', 'measure'),
    run('sinks', 'attempts', 'measure'),
    run('failures', 'sinks', 'measure'),
    run('report', 'sinks', 'stages', 'measure'),
    {
      name: 'core: the ports of run know only measure',
      severity: 'error',
      from: { path: `^packages/core/src/${runPorts}` },
      to: { path: '^packages/core/src/run/', pathNot: [`^packages/core/src/${runPorts}`, '^packages/core/src/run/measure/'] },
    },
    core('testing', 'run/', 'plan/', 'declare/', 'queue/'),
    core(
      'parked',
      'run/(machine|stage-at-work|parked-run|flow-reading|pipeline|run|report/report)\\.ts$',
      'lane/',
      'plan/',
      'declare/',
      'queue/',
    ),
    workers('codec'),
    workers('wire', 'codec/'),
    workers('shared', 'wire/', 'codec/'),
    workers('thread', 'shared/', 'wire/'),
    workers('process', 'wire/', 'codec/'),
    workers('ends', 'wire/', 'codec/'),
    workers('entry', 'ends/', 'shared/', 'thread/', 'process/', 'wire/', 'codec/'),
    workers('entry/lookup', 'entry/lane-(job|mode)\\.ts$', 'wire/'),
    workers('entry/running', 'entry/lane-job\\.ts$', 'shared/', 'wire/', 'codec/'),
    workers('lanes', 'thread/', 'process/', 'entry/', 'wire/', 'codec/'),
    workers('pool', 'lanes/', 'entry/', 'wire/'),
    workers('single', 'pool/(task|options)\\.ts$', 'entry/', 'ends/', 'thread/', 'process/', 'wire/', 'codec/'),
    {
      name: 'workers know no RxJS',
      severity: 'error',
      from: { path: '^packages/workers/' },
      to: { path: 'node_modules/rxjs/' },
    },
    {
      name: 'tests are not part of what is shipped',
      severity: 'error',
      from: { pathNot: '\\.(test|contract|fixture|soak|docs)\\.ts$|/testing/' },
      to: { path: '\\.(test|contract|fixture|soak)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
