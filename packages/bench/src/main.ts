import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bench, hasFailures } from './bench.js';
import { commandText, parseCommand, type Settings, usage } from './command-line.js';
import { chartSvg } from './report/chart.js';
import { headText, scenarioText, warningText } from './report/text.js';
import { scenarios } from './scenarios/scenarios.js';
import { calibrate } from './workloads/spin.js';

// Exit code of sysexits.h.
const wrongUsage = 64;

const args = process.argv.slice(2);
const command = parseCommand(
  args,
  scenarios.map(({ name }) => name),
);
if (command.kind === 'help') {
  process.stdout.write(usage);
} else if (command.kind === 'list') {
  for (const { name, shows, contenders } of scenarios) {
    print([name, `  ${shows}`, ...contenders.map((contender) => `    ${contender.role.padEnd(8)}  ${contender.name}`), '']);
  }
} else if (command.kind === 'wrong') {
  process.stderr.write(`${command.message}\n`);
  process.exitCode = wrongUsage;
} else {
  await run(command.settings);
}

async function run({ scenarios: names, json, svg, ...settings }: Settings): Promise<void> {
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  const obstacles = new Map(await Promise.all(chosen.map(async (each) => [each, await each.obstacle?.()] as const)));
  const missed = [...obstacles].flatMap(([{ name }, why]) => (why === undefined ? [] : [`${name} DID NOT RUN: ${why}`]));
  const options = {
    ...settings,
    command: commandText(args),
    turnsPerMs: calibrate(),
    suite: new URL('./scenarios/scenarios.js', import.meta.url).href,
    scenarios: chosen.filter((each) => obstacles.get(each) === undefined),
  };
  const report = await bench(options, {
    begun: (head) => print(headText(head)),
    trying: (scenario, contender, round) =>
      process.stderr.write(`${scenario}, round ${round + 1} of ${settings.rounds}: ${contender}\n`),
    measured: (scenario) => print(scenarioText(scenario)),
  });
  print(warningText(report.warnings));
  print(missed);
  await write(json, `${JSON.stringify(report, null, 2)}\n`);
  await write(svg, chartSvg(report));
  print([`Written: ${json}, ${svg}`]);
  if (hasFailures(report)) process.exitCode = 1;
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
