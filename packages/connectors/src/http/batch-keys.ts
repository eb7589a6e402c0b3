import { createHash, randomUUID } from 'node:crypto';

/** A batch that is being written: its key, and what is to be said when that has failed. */
interface KeyedBatch {
  readonly key: string;
  readonly failed: () => void;
}

/** Failed batches that are remembered: far more than can be on their way to another attempt. Those whose items are rejected never come again. */
const maxFailed = 10_000;

/**
 * Keys by which a server knows a batch again: hashes of its content, its number, and the opening of the sink. A batch that comes again
 * after it has failed keeps its key; another batch of the same content has another one, else the server would drop it. Rejected: the
 * content alone, and the content with the places of its items in the source, which items may share. Only failed batches are remembered,
 * the latest of them.
 */
export class BatchKeys {
  readonly #opening = randomUUID();
  /** Keys of batches that have failed, by their content; what has failed last comes last. */
  readonly #failed = new Map<string, string[]>();
  #count = 0;

  of(body: string): KeyedBatch {
    const content = createHash('sha256').update(body).digest('base64');
    const key = this.#again(content) ?? this.#fresh(content);
    return {
      key,
      failed: () => {
        this.#remember(content, key);
      },
    };
  }

  #remember(content: string, key: string): void {
    const keys = [...(this.#failed.get(content) ?? []), key];
    this.#failed.delete(content);
    this.#failed.set(content, keys);
    if (this.#failed.size > maxFailed) this.#failed.delete(this.#failed.keys().next().value!);
  }

  #again(content: string): string | undefined {
    const keys = this.#failed.get(content);
    const key = keys?.shift();
    if (keys?.length === 0) this.#failed.delete(content);
    return key;
  }

  #fresh(content: string): string {
    this.#count += 1;
    return createHash('sha256').update(`${this.#opening} ${this.#count} ${content}`).digest('hex');
  }
}
