package host

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"conpar/results"
)

var getSystemPowerStatus = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemPowerStatus")

// batteryElsewhere asks the operating system.
func batteryElsewhere(string) results.Hazard {
	var status struct { // SYSTEM_POWER_STATUS
		ACLine, Flag, Percent, Saver byte
		LeftSeconds, FullSeconds     uint32
	}
	if done, _, _ := getSystemPowerStatus.Call(uintptr(unsafe.Pointer(&status))); done == 0 {
		return unknown("GetSystemPowerStatus failed")
	}
	const noBattery = 128
	switch {
	case status.ACLine == 0 && status.Percent <= 100:
		return warn("discharging, at %d%%", status.Percent)
	case status.ACLine == 0:
		return warn("discharging")
	case status.ACLine != 1:
		return unknown("Windows does not know")
	case status.Flag != 255 && status.Flag&noBattery != 0:
		return ok("none")
	}
	return ok("on mains")
}
