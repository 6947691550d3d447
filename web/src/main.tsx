import { connectClient } from './host/connect.ts';
import { mountPage } from './view/mount.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
mountPage(root, connectClient);
