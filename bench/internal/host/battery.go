package host

import (
	"io/fs"
	"path"
	"strings"

	"conpar/results"
)

// battery: on it, most machines slow down, and more so as it empties.
func (s system) battery() results.Hazard { return battery(s.os, s.files) }

func battery(os string, files fs.FS) results.Hazard {
	if os != "linux" {
		return batteryElsewhere(os)
	}
	const supplies = "sys/class/power_supply"
	if _, err := fs.Stat(files, supplies); err != nil {
		return unknown("%s", because(err, "power_supply"))
	}
	types, _ := fs.Glob(files, supplies+"/*/type")
	seen := false
	for _, name := range types {
		dir := path.Dir(name)
		kind, err := readFile(files, name)
		if err != nil {
			return unknown("%s", because(err, "power_supply"))
		}
		if scope, _ := readFile(files, path.Join(dir, "scope")); scope == "Device" {
			continue // of a mouse
		}
		switch kind {
		case "Mains", "UPS", "USB", "Wireless":
			continue
		case "Battery":
		default:
			return unknown("%s", because(errNonsense, "power_supply"))
		}
		seen = true
		status, err := readFile(files, path.Join(dir, "status"))
		switch {
		case status == "Discharging":
			return discharging(files, dir)
		case status != "Charging" && status != "Full" && status != "Not charging":
			return unknown("%s", because(err, "status of the battery"))
		}
	}
	if !seen {
		return ok("none")
	}
	return ok("on mains")
}

func discharging(files fs.FS, dir string) results.Hazard {
	text, err := readFile(files, path.Join(dir, "capacity"))
	if err == nil {
		if percent, err := count(strings.TrimSuffix(text, "%")); err == nil && percent <= 100 {
			return warn("discharging, at %d%%", percent)
		}
	}
	return warn("discharging")
}
