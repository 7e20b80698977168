//go:build !unix

package run_test

var systemCorpus []trial
