# Twice the GPUs during a deployment, hosts that start from stopped, gRPC, and no way to the internet.
deployment_strategy   = "blue_green"
max_hosts             = 10
private_egress        = "endpoints"
warm_pool             = { min_size = 2 }
protect_after_seconds = 50
grpc                  = true
