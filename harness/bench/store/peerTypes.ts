/** As much of the peers' interfaces as is used; they are installed apart, and their types with them. */

/** What node:sqlite and better-sqlite3 have alike. */
export interface Sqlite {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  run(...values: readonly (string | number)[]): unknown;
  get(...values: readonly (string | number)[]): unknown;
  all(...values: readonly (string | number)[]): readonly unknown[];
}

export type SqliteClass = new (path: string) => Sqlite;

export interface LmdbModule {
  open(options: {
    readonly path: string;
    readonly encoding?: 'string' | 'msgpack' | 'json';
    readonly overlappingSync?: boolean;
  }): Lmdb;
}

export interface Lmdb {
  transactionSync(action: () => void): void;
  put(key: string, value: unknown): Promise<boolean>;
  close(): Promise<void>;
}

export interface LevelModule {
  readonly ClassicLevel: new (path: string) => Level;
}

export interface Level {
  open(): Promise<void>;
  put(key: string, value: string, how: { readonly sync: boolean }): Promise<void>;
  batch(
    steps: readonly { readonly type: 'put'; readonly key: string; readonly value: string }[],
    how: { readonly sync: boolean },
  ): Promise<void>;
  close(): Promise<void>;
}
