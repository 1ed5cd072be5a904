import { afterEach } from 'vitest';
import { removeTemporaryFolders } from './temporary-folder.ts';

// Runs before each test file. Hooks that helpers need belong here: a helper is loaded once for many files.

afterEach(removeTemporaryFolders);
