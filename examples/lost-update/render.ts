import { replaceFile } from './replaceFile.js';

export interface Film {
  readonly frames: number;
  /** Frames between two reports. */
  readonly reportEvery: number;
}

/** Renders frame by frame into `path`, as a preview, and reports its progress, 0..1. */
export async function render(
  path: string,
  film: Film,
  report: (progress: number) => Promise<void>,
): Promise<void> {
  for (let frame = 1; frame <= film.frames; frame++) {
    await replaceFile(path, `frame ${frame} of ${film.frames}`);
    if (frame % film.reportEvery === 0) await report(frame / film.frames);
  }
}
