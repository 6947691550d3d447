// The real page over a scripted core: ?scene=NAME chooses what the core says.
import { mountPage } from '../../../src/view/mount.tsx';
import { scenes } from './scenes.ts';
import { scriptedClient } from './scripted_client.ts';

const name = new URLSearchParams(location.search).get('scene') ?? '';
const scene = scenes[name];
if (scene === undefined) throw new Error(`no scene ${name}`);
const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
mountPage(root, scriptedClient(scene));
