/** A folder that cannot be worked in; the message says why, and what to do. */
export class WorkspaceError extends Error {
  constructor(folder: string, reason: string, options?: ErrorOptions) {
    super(
      `${folder} cannot be a workspace: ${reason}. Choose another folder with --workspace or REDOUBT_WORKSPACE.`,
      options,
    );
    this.name = 'WorkspaceError';
  }
}
