from cellar.graph import graph as graph
