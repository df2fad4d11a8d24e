// @ts-check
// Plain CommonJS, because Electron runs a sandboxed page's preload script as such: it strips no types and can import
// nothing but `electron`. The names repeat those of contract/shell.ts; preload.test.ts compares them.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { contextBridge, ipcRenderer } = require('electron');

/** @type {import('../contract/shell.ts').Shell} */
const shell = {
  platform: /** @type {import('../contract/shell.ts').ShellPlatform} */ (process.platform),
  chooseFolder: (question) => ipcRenderer.invoke('shell:choose-folder', question),
  chooseFile: (question) => ipcRenderer.invoke('shell:choose-file', question),
  reveal: (path) => ipcRenderer.invoke('shell:reveal', path),
  onMenu: (handler) => {
    /** @param {unknown} _event @param {import('../contract/shell.ts').MenuCommand} command */
    const listener = (_event, command) => handler(command);
    ipcRenderer.on('shell:menu', listener);
    return () => {
      ipcRenderer.off('shell:menu', listener);
    };
  },
};

contextBridge.exposeInMainWorld('redoubtShell', shell);
