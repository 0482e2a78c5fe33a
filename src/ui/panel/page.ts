import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { t } from '../../util/l10n';

/** The page of the panel: one script and one style sheet of our own, nothing from elsewhere, nothing inline. */
export function pageOf(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const file = (...parts: readonly string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; img-src data:; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  const button = (id: string, text: string): string => `<button id="${id}" type="button">${text}</button>`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file('media', 'panel.css')}">
</head>
<body>
<h1 id="title"></h1>
<div id="phrase" role="status"></div>
<div id="bar" role="toolbar">
${button('closer', t`Zoom in`)}
${button('wider', t`Zoom out`)}
${button('all', t`Show all`)}
${button('svg', t`Save as SVG`)}
${button('png', t`Save as PNG`)}
</div>
<div id="picture" role="listbox" tabindex="0" aria-owns="lanes" aria-describedby="help"></div>
<ul id="lanes" role="presentation"></ul>
<div id="detail" role="status"></div>
<div id="help"></div>
<h2 id="seen"></h2>
<table id="history"></table>
<script nonce="${nonce}" src="${file('dist', 'panel.js')}"></script>
</body>
</html>`;
}
