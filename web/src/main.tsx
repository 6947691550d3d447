import { render } from 'preact';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
render(<h1>0fc</h1>, root);
