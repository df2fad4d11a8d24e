/** Another process runs this workspace. What is submitted to the store is executed there. */
export class WorkspaceTakenError extends Error {
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `The workspace ${folder} is run by another Redoubt (process ${pid}). Use that one, end it, or choose another workspace.`,
    );
    this.name = 'WorkspaceTakenError';
    this.pid = pid;
  }
}
