package scaling

// From is tested by table over intervals, most of which no small data set
// leads to.
var From = from
