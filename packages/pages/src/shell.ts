/** Where a failed command is told: the file of this variable gets the number of its line. */
export const failedAt = 'PAGES_FAILED_AT';

/**
 * The script of a block of shell lines; bash runs it, and ends it at the first command that fails. A line that says
 * `# exit code N` must end with that code. Line `n` of the block is line `n + 1` of the script.
 */
export function shellScript(text: string): string {
  const prelude = `set -e -o pipefail; trap 'echo $((LINENO - 1)) > "$${failedAt}"' ERR`;
  return [prelude, ...text.trimEnd().split('\n').map(scriptLine)].join('\n');
}

function scriptLine(line: string, index: number): string {
  const [, command, exit] = /^(.*\S)\s+# exit code (\d+)\b/.exec(line) ?? [];
  if (command === undefined) return line;
  const told = `echo "exit code $got, the page says ${exit}" >&2; echo ${index + 1} > "$${failedAt}"; exit 1`;
  return `got=0; ${command} || got=$?; [ $got = ${exit} ] || { ${told}; }`;
}
