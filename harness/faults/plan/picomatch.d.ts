/** What we use of picomatch, which has no types of its own. */
declare module 'picomatch' {
  interface Options {
    readonly dot?: boolean;
    readonly nocase?: boolean;
  }
  function picomatch(glob: string, options?: Options): (path: string) => boolean;
  namespace picomatch {
    function makeRe(glob: string, options?: Options): RegExp;
  }
  export = picomatch;
}
