package iobound

import "conpar/workloads"

// A page fault is no system call: the runtime cannot see it, and cannot take the
// processor away meanwhile. As for direct reads, what a disk or the host of a
// virtual machine caches is out of reach.
var _ = Set.Add(workloads.Workload{
	Name: "mapped", Kind: workloads.Waiting, Axis: files, Blocks: true, ByName: true,
	Doc: "Reads 8 bytes from a cold page of a mapped file, " +
		"whose pages were dropped from the page cache before the first task.",
	Open: openMapped,
})
