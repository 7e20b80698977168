package iobound

import (
	"context"
	"path/filepath"

	"conpar/workloads"
)

// It has a file of its own. No page of that file gets into the page cache: some
// systems would read it from there all the same. What a disk or the host of a
// virtual machine caches is out of reach.
var _ = Set.Add(workloads.Workload{
	Name: "fileread/cache=direct", Kind: workloads.Waiting, Axis: files, Blocks: true,
	Doc: "Reads 64 KiB at a random place of a file, past the page cache.",
	Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
		const looks = 8 // blocks that are read at the opening
		s := source{filepath.Join(env.Dir, "fileread-direct"), openDirect, fileBlocks, fileBlocks / looks}
		var r *reads
		err := fromDisk(looks*blockBytes, func() (err error) {
			r, err = openReads(ctx, s)
			return refusal(err)
		})
		if err != nil {
			if r != nil {
				r.Close()
			}
			return nil, err
		}
		return r, nil
	},
})
