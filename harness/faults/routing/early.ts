import { installRouter } from './router.js';

/**
 * For `setupFiles`: puts the idle dispatchers in place before anything else is loaded, so that code
 * which takes functions out of `fs` when it is loaded (graceful-fs, `const { rename } = require('fs')`)
 * takes those that can be routed. They stay for as long as the worker lives.
 */
installRouter();
