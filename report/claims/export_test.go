package claims

// JudgeClaims is [Judge] of other claims than [All].
var JudgeClaims = judge
