package host

import (
	"runtime/debug"

	"conpar/results"
)

// variable returns what looks at one variable of the environment that changes
// how Go programs run. These are the only ones whose value is ever written
// down.
func variable(name, usual string) func(system) results.Hazard {
	return func(s system) results.Hazard {
		switch value := s.getenv(name); value {
		case "", usual:
			return ok("as usual")
		default:
			return warn("%s=%s", name, clean(value))
		}
	}
}

// buildSettings returns what this program was built with.
func buildSettings() map[string]string {
	settings := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
	}
	return settings
}

// instructionSet: what the compiler may use decides how fast computing work
// is. The program itself knows; the environment may have changed since.
func (s system) instructionSet() results.Hazard {
	for _, at := range []struct{ key, usual string }{{"GOAMD64", "v1"}, {"GOARM64", "v8.0"}} {
		switch value := s.settings[at.key]; value {
		case "":
		case at.usual:
			return ok("%s=%s", at.key, value)
		default:
			return warn("%s=%s", at.key, clean(value))
		}
	}
	return unknown("no GOAMD64 or GOARM64 in this program's build settings")
}
