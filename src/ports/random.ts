export interface Random {
  /** Bytes that nobody can guess or meet twice. */
  bytes(count: number): Uint8Array;
  /** At least 0 and below 1. */
  fraction(): number;
}
