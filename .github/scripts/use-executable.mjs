// The first thing that the standalone executable and its threads run.
import * as sea from 'node:sea';
import { useExecutable } from '../../dist/cli/assets.js';

useExecutable(sea);
