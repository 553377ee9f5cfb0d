declare module 'write-file-atomic' {
  interface Options {
    readonly fsync?: boolean;
    readonly mode?: number | false;
    readonly chown?: { readonly uid: number; readonly gid: number } | false;
  }
  function writeFileAtomic(path: string, data: string | Buffer, options?: Options): Promise<void>;
  namespace writeFileAtomic {
    function sync(path: string, data: string | Buffer, options?: Options): void;
  }
  export default writeFileAtomic;
}

declare module 'proper-lockfile' {
  interface LockOptions {
    readonly fs?: unknown;
    readonly realpath?: boolean;
    readonly stale?: number;
    readonly update?: number;
    readonly onCompromised?: (error: Error) => void;
  }
  export function lock(path: string, options?: LockOptions): Promise<() => Promise<void>>;
}
