package peer

// MajorVersion is for tests of versions that are not installed.
var MajorVersion = majorVersion

// Gone reports whether the process is gone and was waited for.
func Gone(p *Peer) bool {
	select {
	case <-p.process.Done():
		return true
	default:
		return false
	}
}
