// Runs the program from what `npm run dev` keeps compiled in dist, without a bundle:
// node .github/scripts/dev.mjs scan samples/
import { endProcess, main } from '../../dist/cli/main.js';

main(process.argv.slice(2)).then(endProcess);
