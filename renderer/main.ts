import '@fontsource-variable/inter/standard.css';
import '@fontsource-variable/jetbrains-mono';
import './kit/theme.css';
import './kit/base.css';
import { mount } from 'svelte';
import Workbench from './workbench/workbench.svelte';

const target = document.getElementById('window');
if (target === null) throw new Error('Expected an element with id window in index.html.');
mount(Workbench, { target });
