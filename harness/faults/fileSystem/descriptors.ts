/** What each open descriptor was opened with; those opened elsewhere are unknown. */
export class Descriptors {
  private readonly paths = new Map<number, string>();

  opened(fd: number, path: string): void {
    this.paths.set(fd, path);
  }

  pathOf(fd: number): string | undefined {
    return this.paths.get(fd);
  }

  closed(fd: number): void {
    this.paths.delete(fd);
  }
}
