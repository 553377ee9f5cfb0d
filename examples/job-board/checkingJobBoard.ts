import { type Job, JobBoard } from './jobBoard.js';

/** A job board that compares versions when it is a save's turn, so that none comes between. */
export class CheckingJobBoard extends JobBoard {
  override save(job: Job): Promise<void> {
    return this.inTurn(async () => {
      await this.checkVersion(job);
      await this.write(job);
    });
  }
}
