/** What the addon is compiled from and how, for those who compile it without node-gyp. */
export const sources = ['zygote.cc', 'fork_loop.cc', 'node_runtime.cc', 'task_pool.cc'];

export const flags = [
  '-std=c++17',
  '-O2',
  '-Wall',
  '-Wextra',
  '-fPIC',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-DNODE_GYP_MODULE_NAME=zygote',
  '-shared',
  '-static-libgcc',
  '-s',
];
