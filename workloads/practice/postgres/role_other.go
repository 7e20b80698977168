//go:build !unix

package postgres

import (
	"fmt"

	"conpar/workloads/reexec"
)

func init() {
	reexec.Register(role, func([]string) int {
		fmt.Println("failed a private server needs Unix sockets and signals")
		select {}
	})
}
