/**
 * Options of Node.js for the thread of a lane: those of the program, but for `--input-type`. That one is about code that is no file (`-e`,
 * stdin), and with it no thread starts from a file.
 */
export function threadArgs(program: readonly string[]): readonly string[] {
  return program.filter((option, i) => !option.startsWith('--input-type') && program[i - 1] !== '--input-type');
}
