import { html } from "hono/html";

/** Which keys do what, and whether they do. */
export const keysDialog = html`<dialog id="keys" aria-labelledby="keys-heading">
<form method="dialog">
<h2 id="keys-heading">Keyboard shortcuts</h2>
<dl class="keys">
<dt><kbd>n</kbd></dt><dd>Write a comment</dd>
<dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>Send it</dd>
<dt><kbd>/</kbd></dt><dd>Find people</dd>
<dt><kbd>?</kbd></dt><dd>Show the shortcuts</dd>
<dt><kbd>Esc</kbd></dt><dd>Close what is open</dd>
</dl>
<p><input type="checkbox" id="keys-on" checked> <label for="keys-on">Use single-key shortcuts</label></p>
<div class="row"><button class="primary" autofocus>Close</button></div>
</form>
</dialog>`;
