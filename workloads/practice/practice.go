// Package practice has the workloads of the profile "practice": work as services
// meet it, where common advice may fail. What is predicted of them is what is
// usually said.
//
// Packages below this one need libraries of others, one each: no package above
// them imports such a library for a workload.
package practice

import "conpar/workloads"

// Set holds the workloads of this package.
var Set workloads.Set
