# Your VPC, several instance types, part of them Spot, two tasks a host of four GPUs.
existing_network = {
  vpc_id             = "vpc-0123456789abcdef0"
  public_subnet_ids  = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  private_subnet_ids = ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"]
}
instance_types       = ["g5.12xlarge", "g6.12xlarge"]
on_demand_percentage = 50
gpus_per_task        = 2
task_cpu             = 20480
task_memory_mib      = 81920
max_tasks            = 8
min_hosts            = 1
max_hosts            = 6
model_path           = "/models/bge-small"
ami_id               = "ami-0123456789abcdef0"
grpc                 = true
