import * as vscode from 'vscode';

/** The output channel *Ordinal*. No token, Secret or kubeconfig content is ever written to it. */
export const log = vscode.window.createOutputChannel('Ordinal', { log: true });
