import { createInterface } from 'node:readline';
import { type Choice, type Choices, choiceNames, choices } from './choices.js';

/** Lines that somebody types, one for each question. */
export class Questions {
  readonly #interface;
  readonly #lines;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#interface = createInterface({ input, output });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /** The line, without spaces around it; undefined when the input has ended. */
  async ask(question: string): Promise<string | undefined> {
    this.#interface.setPrompt(question);
    this.#interface.prompt();
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value.trim();
  }

  close(): void {
    this.#interface.close();
  }
}

/** Asks for all that is not given, each until the answer is one of its values. Undefined when the input ends before. */
export async function askChoices(questions: Questions, given: Partial<Choices>): Promise<Choices | undefined> {
  const answers = new Map<Choice, string>();
  for (const name of choiceNames) {
    const answer = given[name] ?? (await askOne(questions, name));
    if (answer === undefined) return undefined;
    answers.set(name, answer);
  }
  return Object.fromEntries(answers) as Choices;
}

async function askOne(questions: Questions, name: Choice): Promise<string | undefined> {
  const { question, values } = choices[name];
  const [first, ...others] = values;
  for (;;) {
    const answer = await questions.ask(`${question} (${[`[${first}]`, ...others].join(', ')}): `);
    if (answer === undefined) return undefined;
    const value = answer === '' ? first : values.find((one) => one === answer.toLowerCase());
    if (value !== undefined) return value;
  }
}
