/** Files from Z to A, whatever the cache of durations says. */
export class Backwards {
  sort(files: { moduleId: string }[]) {
    return Promise.resolve([...files].sort((a, b) => (a.moduleId < b.moduleId ? 1 : -1)));
  }
  shard(files: { moduleId: string }[]) {
    return Promise.resolve(files);
  }
}
