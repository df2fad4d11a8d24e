import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { shellChannels } from '#contract/shell.ts';
import type { FileQuestion, PathQuestion } from '#contract/shell.ts';
import type { ElectronApi, OpenOptions, RequestEvent } from '../electron-api.ts';

type Answers = Pick<ElectronApi, 'dialog' | 'ipcMain' | 'shell'>;

/** Answers the few questions that the preload script can pass on, and only when the host's own page asks. */
export function answerWindow({ dialog, ipcMain, shell }: Answers, origin: () => string | undefined): void {
  const choose = async (options: OpenOptions): Promise<string | undefined> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(options);
    return canceled ? undefined : filePaths[0];
  };
  const handle = (channel: string, answer: (value: unknown) => unknown): void => {
    ipcMain.handle(channel, (event, value) => {
      if (!isOwnPage(event, origin())) throw new Error('The shell answers its own page only.');
      return answer(value);
    });
  };
  handle(shellChannels.chooseFolder, (value) =>
    choose({ title: parseQuestion(value).title, properties: ['openDirectory'] }),
  );
  handle(shellChannels.chooseFile, (value) => {
    const { title, filters } = parseQuestion(value);
    return choose({ title, properties: ['openFile'], ...(filters === undefined ? {} : { filters }) });
  });
  handle(shellChannels.reveal, (value) => {
    if (!isLocalPath(value) || !existsSync(value)) return false;
    shell.showItemInFolder(value);
    return true;
  });
}

/** The main frame of a page of the host: a frame inside it has no say. */
const isOwnPage = ({ senderFrame }: RequestEvent, origin: string | undefined): boolean =>
  senderFrame !== null &&
  senderFrame.parent === null &&
  URL.canParse(senderFrame.url) &&
  new URL(senderFrame.url).origin === origin;

/** Windows sends the user's credentials to whatever machine a `\\machine\path` names: no such path is touched. */
const isLocalPath = (value: unknown): value is string =>
  typeof value === 'string' && isAbsolute(value) && !/^[\\/]{2}/.test(value);

type Question = PathQuestion & { filters?: { name: string; extensions: string[] }[] };

function parseQuestion(value: unknown): Question {
  const { title, filters }: Partial<FileQuestion> = typeof value === 'object' && value !== null ? value : {};
  if (typeof title !== 'string') throw new TypeError('A dialog needs a title.');
  if (!Array.isArray(filters)) return { title };
  const parsed = (filters as Partial<NonNullable<FileQuestion['filters']>[number]>[]).map(
    ({ name, extensions }) => ({
      name: String(name),
      extensions: Array.isArray(extensions) ? extensions.map(String) : [],
    }),
  );
  return { title, filters: parsed };
}
