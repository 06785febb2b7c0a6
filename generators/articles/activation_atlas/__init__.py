"""Series 5, Activation atlas: what does a whole layer respond to, seen on one map, and is the map faithful?"""
