package peer

// MajorVersion is for tests of versions that are not installed.
var MajorVersion = majorVersion

// Gone reports whether the process is gone and was waited for.
func Gone(p *Peer) bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Busy reports whether a request is under way.
func Busy(p *Peer) bool { return len(p.turn) > 0 }
