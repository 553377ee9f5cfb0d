{
  "targets": [
    {
      "target_name": "zygote",
      "sources": ["zygote.cc", "fork_loop.cc", "node_runtime.cc", "task_pool.cc"],
      "cflags_cc": ["-std=c++17", "-O2", "-fno-exceptions", "-fvisibility=hidden"],
      "ldflags": ["-static-libgcc"]
    }
  ]
}
