import { ConflictError, type JobBoard } from './jobBoard.js';

/** Takes a job that nobody has; tells whether it did. */
export async function claim(board: JobBoard, id: string, worker: string): Promise<boolean> {
  const job = await board.get(id);
  if (job.owner !== null) return false;
  try {
    await board.save({ ...job, owner: worker });
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
